using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace Tributary.Core.Tests.Architecture;

/// <summary>Reads what compiled code refers to.</summary>
internal static class Instructions
{
    private const BindingFlags All =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    public static IEnumerable<MethodBase> MethodsOf(Type type) =>
        [.. type.GetMethods(All), .. type.GetConstructors(All)];

    /// <summary>Types that a type names: in its declaration, its members' signatures and its code.</summary>
    public static IEnumerable<Type> TypesNamedBy(Type type) =>
    [
        .. Whole(type.BaseType),
        .. type.GetInterfaces().SelectMany(Whole),
        .. type.GetFields(All).SelectMany(field => Whole(field.FieldType)),
        .. MethodsOf(type).SelectMany(TypesNamedBy),
    ];

    /// <summary>Texts in a type, each with the constant or the method it stands in.</summary>
    public static IEnumerable<(string Member, string Text)> TextsOf(Type type) =>
    [
        .. from field in type.GetFields(All)
           where field.IsLiteral && field.FieldType == typeof(string)
           select (field.Name, (string)field.GetRawConstantValue()!),
        .. from method in MethodsOf(type)
           from operand in Operands(method)
           where operand.Code.OperandType == OperandType.InlineString
           select (method.Name, method.Module.ResolveString(operand.Token)),
    ];

    private static IEnumerable<Type> TypesNamedBy(MethodBase method)
    {
        foreach (var parameter in method.GetParameters())
        {
            foreach (var type in Whole(parameter.ParameterType))
                yield return type;
        }
        foreach (var type in Whole((method as MethodInfo)?.ReturnType))
            yield return type;
        foreach (var operand in Operands(method))
        {
            foreach (var type in TypesOf(method, operand))
                yield return type;
        }
    }

    private static IEnumerable<Type> TypesOf(MethodBase method, (OpCode Code, int Token) operand)
    {
        if (operand.Code.OperandType is not (OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok))
            return [];
        var ofType = method.DeclaringType is { IsGenericType: true } declaring ? declaring.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        return method.Module.ResolveMember(operand.Token, ofType, ofMethod) switch
        {
            Type type => Whole(type),
            FieldInfo field => [.. Whole(field.DeclaringType), .. Whole(field.FieldType)],
            MethodBase called => [.. Whole(called.DeclaringType), .. called.IsGenericMethod ? called.GetGenericArguments().SelectMany(Whole) : []],
            _ => [],
        };
    }

    /// <summary>The type itself and what it is made of.</summary>
    private static IEnumerable<Type> Whole(Type? type)
    {
        if (type is null)
            return [];
        if (type.HasElementType)
            return Whole(type.GetElementType());
        return type.IsGenericType ? [type, .. type.GetGenericArguments().SelectMany(Whole)] : [type];
    }

    private static IEnumerable<(OpCode Code, int Token)> Operands(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        int at = 0;
        while (at < code.Length)
        {
            short value = code[at] == 0xFE ? unchecked((short)(0xFE00 | code[at + 1])) : code[at];
            var instruction = Codes[value];
            at += instruction.Size;
            int size = OperandBytes(instruction, code, at);
            if (size == 4)
                yield return (instruction, BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at)));
            at += size;
        }
    }

    private static int OperandBytes(OpCode code, byte[] body, int at) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(at))),
        _ => 4,
    };
}
